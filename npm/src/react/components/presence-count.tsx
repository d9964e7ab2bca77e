/** How many people are here. */
import type { ReactNode } from 'react';
import { useCount } from '../reading.js';

/** How the count is shown. */
export interface PresenceCountProps {
  /** Makes the text; `3 people here` by default, nothing when it returns null. */
  readonly children?: (count: number) => ReactNode;
  readonly className?: string;
}

/** The room's count, yourself included; before the room is joined what the server rendered. */
export function PresenceCount({ children = inWords, className }: PresenceCountProps): ReactNode {
  return <span className={className}>{children(useCount())}</span>;
}

function inWords(count: number): string | null {
  if (count === 0) return null;
  return count === 1 ? '1 person here' : `${count} people here`;
}
