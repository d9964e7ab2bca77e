/** Whether the page is live. */
import type { LostConnection } from '@mote/presence';
import { type ReactNode, useState } from 'react';
import { statusText } from '../../ui/status.js';
import { useLostConnectionListener } from '../listening.js';
import { useStatus } from '../reading.js';

/** How the status is shown. */
export interface ConnectionStatusProps {
  readonly className?: string;
}

/**
 * The connection in words, told to screen readers when it changes. The attribute `data-status` is the
 * status itself, and `data-lost` is there while the connection takes long: for your CSS.
 */
export function ConnectionStatus({ className }: ConnectionStatusProps): ReactNode {
  const status = useStatus();
  const [lost, setLost] = useState<LostConnection | null>(null);
  useLostConnectionListener(setLost);
  return (
    <span
      className={className}
      role="status"
      data-status={status}
      data-lost={lost === 'lost' ? '' : undefined}
    >
      {statusText(status, lost)}
    </span>
  );
}
