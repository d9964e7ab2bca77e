/** One cursor, for drawings of your own. */
import type { CSSProperties, ReactNode } from 'react';
import { inkOn } from '../../ui/contrast.js';

/** How a cursor looks. */
export interface CursorProps {
  /** `#rrggbb`. */
  readonly color: string;
  /** What stands beside it; nothing when left out. */
  readonly label?: string;
  readonly className?: string;
  /** Where it stands, for example. */
  readonly style?: CSSProperties;
}

/** An arrow with a name beside it, whose tip is the element's left top corner. */
export function Cursor({ color, label, className, style }: CursorProps): ReactNode {
  return (
    <span
      aria-hidden="true"
      className={className}
      style={{ position: 'absolute', pointerEvents: 'none', lineHeight: 0, ...style }}
    >
      <svg width="20" height="20" viewBox="0 0 20 20">
        <path d="M1 1l6 17 3-7 7-3z" fill={color} stroke="#fff" strokeLinejoin="round" />
      </svg>
      {label && (
        <span
          style={{
            background: color,
            color: inkOn(color),
            borderRadius: 'var(--mote-cursor-label-radius, 8px)',
            font: 'var(--mote-cursor-font, 500 12px/1.4 system-ui, sans-serif)',
            padding: '2px 8px',
            whiteSpace: 'nowrap',
          }}
        >
          {label}
        </span>
      )}
    </span>
  );
}
