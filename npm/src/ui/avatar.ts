/** What an avatar shows of a person. */
import type { Person } from '../types.js';

/** At most two letters of a name: of its first and of its last word. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ''];
  return letters.map((word) => [...(word ?? '')][0] ?? '').join('').toLocaleUpperCase();
}

/**
 * Black or white, whichever is easier to read on a colour `#rrggbb`: by the contrast ratio of WCAG 2.2,
 * whose luminance of 0.179 is where both are equally far.
 */
export function inkOn(color: string): '#000' | '#fff' {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000' : '#fff';
}

/** A person in words, for who cannot see the avatar. */
export function describePerson({ user, activity, isSelf }: Person): string {
  const name = isSelf ? `${user.name} (you)` : user.name;
  return activity === 'active' ? name : `${name}, ${activity}`;
}

/** Whom a stack of at most `max` shows, and how many more there are. */
export function stacked(
  people: readonly Person[],
  max: number,
): { shown: readonly Person[]; more: number } {
  // "+1" would take the place of the one whom it stands for.
  const shown = people.length <= max ? people : people.slice(0, Math.max(0, max - 1));
  return { shown, more: people.length - shown.length };
}
