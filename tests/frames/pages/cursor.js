// A cursor's element like those of the others: an arrow and a name.
export function cursor(hand) {
  const element = document.createElement('div');
  element.className = 'cursor';
  element.innerHTML =
    '<svg width="24" height="24" viewBox="0 0 20 20"><path fill="#4f46e5" ' +
    'd="M2 2 18.5 8.6 11.2 11.2 8.6 18.5Z"/></svg><span></span>';
  element.lastChild.textContent = `Hand ${hand}`;
  element.style.cssText = 'position:fixed;left:0;top:0;will-change:transform';
  element.lastChild.style.cssText =
    'position:absolute;left:16px;top:18px;white-space:nowrap;background:#4f46e5;color:#fff;' +
    'font:12px sans-serif;padding:2px 8px;border-radius:10px';
  document.body.append(element);
  return element;
}

/** Calls with hand, x, y of each that moved. */
export function listen(tell) {
  const socket = new WebSocket('/plain');
  socket.binaryType = 'arraybuffer';
  socket.onmessage = ({ data }) => {
    const moves = new Float32Array(data);
    for (let at = 0; at < moves.length; at += 3) tell(moves[at], moves[at + 1], moves[at + 2]);
  };
}
