/** What is done to a client's line on purpose. */
import type { LaneFaults } from './lane.js';

/** All of it. */
export interface Faults {
  /** Added to everything sent, in milliseconds. */
  outMs: number;
  /** Added to everything received, in milliseconds. */
  inMs: number;
  /** Bytes that get through a second, each way; 0 for as many as there are. */
  bytesPerS: number;
  /** Nothing gets through, either way. */
  isSilent: boolean;
}

/** A line as it is. */
export const NO_FAULTS: Readonly<Faults> = { outMs: 0, inMs: 0, bytesPerS: 0, isSilent: false };

/** The faults of what is sent, or of what is received. */
export function faultsOf({ outMs, inMs, ...both }: Faults, way: 'out' | 'in'): LaneFaults {
  return { latencyMs: way === 'out' ? outMs : inMs, ...both };
}

/** In a few words; empty where there are none. */
export function faultWords({ outMs, inMs, bytesPerS, isSilent }: Faults): string {
  const words = [];
  if (isSilent) words.push('silence');
  if (outMs > 0) words.push(`↑ +${outMs} ms`);
  if (inMs > 0) words.push(`↓ +${inMs} ms`);
  if (bytesPerS > 0) words.push(`${bytesPerS} B/s`);
  return words.join(', ');
}
