/** What an avatar shows of a person. */
import type { Person } from '../types.js';

/** At most two letters of a name: of its first and of its last word. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ''];
  return letters.map((word) => [...(word ?? '')][0] ?? '').join('').toLocaleUpperCase();
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
