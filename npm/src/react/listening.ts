/** Hooks that call a function when something happens. They do not render again. */
import type {
  DefaultPresence,
  DefaultRoomEvent,
  LostConnection,
  MoteError,
  RoomEventMessage,
  RoomListeners,
  User,
} from '@mote/presence';
import { useEffect } from 'react';
import { useStore } from './context.js';
import { useNewest } from './newest.js';

/** Somebody came, went, or changed. */
export type OthersEvent<P extends object = DefaultPresence> = {
  readonly type: 'enter' | 'leave' | 'update';
  readonly user: User<P>;
  readonly others: readonly User<P>[];
};

/** Calls `listener` for each event that somebody else broadcasts. */
export function useEventListener<
  E = DefaultRoomEvent,
  P extends object = DefaultPresence,
>(listener: (message: RoomEventMessage<P, E>) => void): void {
  useListener('useEventListener', 'event', listener as never);
}

/**
 * Calls `listener` for each of the others who comes, goes or changes; not for those who were there
 * when you joined, and not for cursors.
 */
export function useOthersListener<P extends object = DefaultPresence>(
  listener: (event: OthersEvent<P>) => void,
): void {
  useListener('useOthersListener', 'others', (others, { joined, left, updated, isInitial }) => {
    if (isInitial) return;
    const tell = (type: OthersEvent['type'], users: readonly unknown[]) => {
      for (const user of users) listener({ type, user, others } as unknown as OthersEvent<P>);
    };
    tell('enter', joined);
    tell('update', updated);
    tell('leave', left);
  });
}

/** Calls `listener` when the connection takes long, and when it is back or given up. */
export function useLostConnectionListener(listener: (event: LostConnection) => void): void {
  useListener('useLostConnectionListener', 'lost-connection', listener);
}

/** Calls `listener` when something goes wrong; without any it is written to the console. */
export function useErrorListener(listener: (error: MoteError) => void): void {
  useListener('useErrorListener', 'error', listener);
}

function useListener<K extends keyof RoomListeners>(
  hook: string,
  name: K,
  listener: RoomListeners[K],
): void {
  const { handle } = useStore(hook);
  const newest = useNewest(listener);
  useEffect(
    () =>
      handle.subscribe(name, ((...args: never[]) =>
        (newest.current as (...args: never[]) => void)(...args)) as never),
    [handle, name, newest],
  );
}
