/** Who is here, as a stack of initials. */
import type { Person } from '@mote/presence';
import type { CSSProperties, ReactNode } from 'react';
import { describePerson, initials, stacked } from '../../ui/avatar.js';
import { inkOn } from '../../ui/contrast.js';
import { useOthers, usePeople } from '../reading.js';

/** How a stack of avatars is shown. */
export interface AvatarStackProps {
  /** At most so many circles; the rest is a number in the last one. 5 by default. */
  readonly max?: number;
  readonly className?: string;
  readonly style?: CSSProperties;
}

/**
 * Everybody in the room once, you first. Until the room is joined it shows the `initialOthers` of the
 * provider. CSS variables: `--mote-avatar-size`, `--mote-avatar-overlap`, `--mote-avatar-ring`; each
 * circle has the class `mote-avatar`.
 */
export function AvatarStack({ max = 5, className, style }: AvatarStackProps): ReactNode {
  const people = usePeople();
  const others = useOthers();
  const known = people.length > 0 ? people : others.map(alone);
  const { shown, more } = stacked(known, max);
  return (
    <ul
      aria-label="People here"
      className={className}
      // Safari takes the role from a list without bullets.
      role="list"
      style={{ display: 'flex', margin: 0, padding: 0, listStyle: 'none', ...style }}
    >
      {shown.map((person, i) => (
        <li
          key={person.id}
          className="mote-avatar"
          aria-label={describePerson(person)}
          title={describePerson(person)}
          style={{
            ...circle(i),
            background: person.user.color,
            color: inkOn(person.user.color),
            opacity: { active: 1, idle: 0.75, away: 0.5 }[person.activity],
          }}
        >
          <span aria-hidden="true">{initials(person.user.name)}</span>
        </li>
      ))}
      {more > 0 && (
        <li
          className="mote-avatar"
          aria-label={`${more} more`}
          style={{ ...circle(shown.length), background: 'ButtonFace', color: 'ButtonText' }}
        >
          +{more}
        </li>
      )}
    </ul>
  );
}

const SIZE = 'var(--mote-avatar-size, 32px)';

function circle(place: number): CSSProperties {
  return {
    display: 'grid',
    placeItems: 'center',
    boxSizing: 'border-box',
    flex: 'none',
    width: SIZE,
    height: SIZE,
    border: '2px solid var(--mote-avatar-ring, Canvas)',
    borderRadius: '50%',
    font: `600 calc(${SIZE} * .375)/1 system-ui, sans-serif`,
    marginInlineStart: place === 0 ? 0 : 'calc(-1 * var(--mote-avatar-overlap, 8px))',
  };
}

/** Somebody whom the server rendered. */
function alone(user: Person['user']): Person {
  const { account, connectionId, activity } = user;
  const id = account ? `account:${account}` : `connection:${connectionId}`;
  return { id, connections: [user], user, activity, isSelf: false };
}
