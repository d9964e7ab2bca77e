/** `<mote-avatars>`: who is here, as a stack of initials. */
import type { Person, Room } from '@mote/presence';
import { describePerson, initials, stacked } from '../ui/avatar.js';
import { inkOn } from '../ui/contrast.js';
import { make } from './base.js';
import { RoomPart } from './part.js';

/** Avatars shown where the attribute `max` says nothing. */
const AVATARS_MAX = 5;

/**
 * Everybody in the room once, you first. Attribute: `max`, how many avatars at most, 5 by default; the
 * rest is a number. CSS: `--mote-avatar-size`, `--mote-avatar-overlap`, `--mote-avatar-ring`; the parts
 * `list`, `avatar` and `more`.
 */
export class MoteAvatars extends RoomPart {
  static readonly observedAttributes = ['max'];
  #list: HTMLUListElement | null = null;

  /** The browser calls it. */
  attributeChangedCallback(): void {
    this.restart();
  }

  protected override show(room: Room): () => void {
    this.#list ??= this.#build();
    const list = this.#list;
    const max = Number.parseInt(this.getAttribute('max') ?? '', 10) || AVATARS_MAX;
    const draw = () => {
      const { shown, more } = stacked(room.getPeople(), max);
      const items = shown.map(avatar);
      if (more > 0) {
        const attributes = { part: 'more', role: 'listitem', 'aria-label': `${more} more` };
        items.push(make('li', attributes, `+${more}`));
      }
      list.replaceChildren(...items);
    };
    draw();
    const ends = [room.subscribe('others', draw), room.subscribe('self', draw)];
    return () => {
      for (const end of ends) end();
      list.replaceChildren();
    };
  }

  #build(): HTMLUListElement {
    const shadow = this.attachShadow({ mode: 'open' });
    const list = make('ul', { part: 'list', role: 'list', 'aria-label': 'People here' });
    shadow.append(make('style', {}, STYLE), list);
    return list;
  }
}

function avatar(person: Person): HTMLLIElement {
  const { name, color } = person.user;
  const label = describePerson(person);
  const item = make('li', { part: 'avatar', role: 'listitem', title: label, 'aria-label': label });
  item.append(make('span', { 'aria-hidden': 'true' }, initials(name)));
  item.dataset['activity'] = person.activity;
  item.style.background = color;
  item.style.color = inkOn(color);
  return item;
}

const STYLE = `
:host { display: inline-block }
:host([hidden]) { display: none }
ul { display: flex; margin: 0; padding: 0; list-style: none }
li {
  display: grid; place-items: center; box-sizing: border-box; flex: none;
  width: var(--mote-avatar-size, 32px); height: var(--mote-avatar-size, 32px);
  border: 2px solid var(--mote-avatar-ring, Canvas); border-radius: 50%;
  background: ButtonFace; color: ButtonText;
  font: 600 calc(var(--mote-avatar-size, 32px) * .375)/1 system-ui, sans-serif;
}
li + li { margin-inline-start: calc(-1 * var(--mote-avatar-overlap, 8px)) }
[data-activity=idle] { opacity: .75 }
[data-activity=away] { opacity: .5 }
`;
