// The few ways in which this page makes elements. Text from people is only ever set as text.

export const byId = (id) => document.getElementById(id);

export function element(tag, className, text = '') {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** One of the symbols at the top of index.html. */
export function symbol(id) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.append(document.createElementNS(svg.namespaceURI, 'use'));
  svg.firstChild.setAttribute('href', `#${id}`);
  return svg;
}

/** A round badge with somebody's initials in their colour. */
export function avatar(user) {
  const badge = element('span', 'avatar', initials(user.name));
  badge.style.setProperty('--color', user.color);
  badge.title = user.name;
  return badge;
}

function initials(name) {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ''].map(
    (word) => [...word][0] ?? '',
  );
  return letters.join('').toUpperCase();
}
