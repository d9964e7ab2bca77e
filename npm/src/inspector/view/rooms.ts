/** The rooms that are entered, and who is in them. */
import type { RoomImpl } from '../../room.js';
import type { User } from '../../types.js';
import type { Obj } from '../../json.js';
import { ROSTER_ROWS_MAX, SUMMARY_CHARS_MAX } from '../limits.js';
import type { Recorder } from '../recorder.js';
import { make, place, type Row, scroller, setText, Table } from './dom.js';
import type { View } from './view.js';

const HEADINGS = ['Name', 'Id', 'Activity', 'Surface', 'Cursor', 'Presence'];

interface Section {
  readonly node: HTMLElement;
  readonly facts: HTMLElement;
  readonly table: Table;
  readonly more: HTMLElement;
}

export class RoomsView implements View {
  readonly title = 'Rooms';
  readonly node = scroller(this.title);
  readonly #recorder: Recorder;
  readonly #none = make('p', {}, 'No room is entered.');
  readonly #sections = new WeakMap<RoomImpl, Section>();
  /** Presence objects are replaced, not changed. */
  readonly #json = new WeakMap<object, string>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  render(): void {
    const sections = Array.from(this.#recorder.rooms.values(), (room) => this.#section(room));
    place(this.node, sections.length > 0 ? sections : [this.#none]);
  }

  #section(room: RoomImpl): HTMLElement {
    let section = this.#sections.get(room);
    if (!section) {
      section = makeSection(room.id);
      this.#sections.set(room, section);
    }
    const self = room.getSelf();
    const others = room.getOthers();
    const people = self ? [self, ...others] : others;
    const facts = [
      room.getStatus(),
      `${room.getCount()} in the room`,
      self ? `you are #${self.connectionId}` : 'you are not listed',
      room.channel === null ? 'no channel' : `channel ${room.channel}`,
    ];
    setText(section.facts, facts.join(' · '));
    const rows = people.slice(0, ROSTER_ROWS_MAX).map((user) => this.#row(user, user === self));
    section.table.render(rows);
    const more = people.length - rows.length;
    setText(section.more, more > 0 ? `and ${more} more` : '');
    return section.node;
  }

  #row(user: User<Obj>, isSelf: boolean): Row {
    const { connectionId, name, color, account, activity, surface, cursor, presence } = user;
    const cells = [
      `${name}${account ? ` (${account})` : ''}${isSelf ? ' (you)' : ''}`,
      `#${connectionId}`,
      activity,
      surface ?? '–',
      cursor ? `${cursor.x.toFixed(3)}, ${cursor.y.toFixed(3)}` : '–',
      this.#presence(presence),
    ];
    return { key: connectionId, cells, color };
  }

  #presence(presence: object): string {
    let text = this.#json.get(presence);
    if (text === undefined) {
      text = JSON.stringify(presence);
      if (text.length > SUMMARY_CHARS_MAX) text = `${text.slice(0, SUMMARY_CHARS_MAX)}…`;
      this.#json.set(presence, text);
    }
    return text;
  }
}

function makeSection(id: string): Section {
  const facts = make('p');
  const table = new Table('People', HEADINGS);
  table.node.className = 'people';
  const more = make('p');
  const node = make('section', { 'data-room': id }, make('h2', {}, id), facts, table.node, more);
  return { node, facts, table, more };
}
