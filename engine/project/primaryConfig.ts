/** Recognizes a primary config by its text, even while it is half typed. */

/** Hydra's defaults list (other tools' `defaults` are mappings), or the class that a config without one builds. */
const PRIMARY = /^(?:defaults:[ \t]*(?:\[|(?:#.*)?\r?\n[ \t]*-)|_target_:)/m;

export function looksPrimary(text: string): boolean {
  return PRIMARY.test(text);
}
