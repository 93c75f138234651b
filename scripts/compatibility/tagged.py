"""Values with tags for what JSON lacks: {"map": [[key, value]…]}, {"float": repr}, {"int": digits}."""


def tagged(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return {"int": str(value)}
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, (list, tuple)):
        return [tagged(item) for item in value]
    if isinstance(value, dict):
        return {"map": [[str(key), tagged(item)] for key, item in value.items()]}
    return {"other": repr(value)}
