// In place of string-width's own expression in the bundle: the same answers, built when the first emoji is asked about.

// Every emoji holds a character with the property Emoji that is no digit, `#` or `*`, or is a keycap.
const MAY_BE_EMOJI = /(?![0-9#*])[\p{Emoji}\u20E3]/u;

let built: RegExp | undefined;

export const rgiEmojiRegex = {
  test(segment: string): boolean {
    if (!MAY_BE_EMOJI.test(segment)) return false;
    built ??= new RegExp('^\\p{RGI_Emoji}$', 'v');
    return built.test(segment);
  },
};
