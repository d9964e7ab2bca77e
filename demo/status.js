// The state of the connection in words: what is so, what it means for you, what happens next.

import { byId } from './dom.js';

const GRACE = 'The others see you for ten more seconds';

/**
 * What to say. `room` is the room's status; the rest is what else is known:
 * `left` by the user's wish, `lost` for a while, `cutSeconds` still to go, `online` as the browser
 * says, `reason` of a refusal.
 */
export function describe({ room, left, lost, cutSeconds, online, reason }) {
  if (left) return { status: 'left', title: 'You left', text: 'The others no longer see you.' };
  if (room === 'disconnected') {
    const why = reason || 'the server gave no reason';
    return {
      status: 'refused',
      title: 'Refused',
      text: `This is not tried again by itself: ${why}`,
    };
  }
  if (room === 'connected') return { status: 'live', title: 'Live', text: '' };
  if (cutSeconds > 0) {
    const text =
      `You cut the line. It may come back in ${cutSeconds} s. ${GRACE}, ` +
      'and nobody is told that you left.';
    return { status: 'reconnecting', title: 'Line cut', text };
  }
  if (!online) {
    const text = `This device is offline. ${GRACE}; you are back as soon as the network is.`;
    return { status: lost ? 'lost' : 'reconnecting', title: 'Offline', text };
  }
  if (lost) {
    const text =
      'The server does not answer, and by now the others may not see you. ' +
      'It is still being tried, less often; you need not do anything.';
    return { status: 'lost', title: 'Connection lost', text };
  }
  if (room === 'reconnecting') {
    const text = `The line dropped and is being opened again. ${GRACE}; you need not do anything.`;
    return { status: 'reconnecting', title: 'Reconnecting', text };
  }
  return { status: 'connecting', title: 'Connecting', text: '' };
}

/** Shows it: a word in the bar, and a notice when there is more to say. */
export function showStatus(facts) {
  const { status, title, text } = describe(facts);
  byId('status').dataset.status = status;
  setText(byId('status-title'), title);
  const notice = byId('notice');
  notice.dataset.status = status;
  notice.hidden = text === '';
  setText(byId('notice-text'), text);
  byId('again').hidden = status !== 'left' && status !== 'refused';
  byId('leave').hidden = status === 'left' || status === 'refused';
  byId('cut').disabled = status !== 'live';
}

// A screen reader says a live region again when its text is set, even to the same.
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
