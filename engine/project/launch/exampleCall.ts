/** The call that a launch script's own comments give as an example. */

/** Far above a call that a person types. */
const MAX_CALL = 500;

/** The arguments of the first call of `name` in a comment, as they are typed; undefined where there is none, or one with placeholders. */
export function exampleArguments(text: string, name: string): string | undefined {
  for (const line of text.split(/\r?\n/)) {
    const comment = /^\s*#(?!!)(.*)$/.exec(line.slice(0, MAX_CALL))?.[1];
    const at = comment?.indexOf(name) ?? -1;
    if (comment === undefined || at < 0 || !/(?:^|[\s/])$/.test(comment.slice(0, at))) continue;
    const typed = comment.slice(at + name.length).trim();
    // What ends the call, or says that a word stands for others, is not an argument.
    if (/^\s/.test(comment.slice(at + name.length)) && typed !== '' && !/[<>[\]{}$|;&#…]|\.\.\./.test(typed))
      return typed;
  }
  return undefined;
}
