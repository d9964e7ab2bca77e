/**
 * What the application said of itself in a room. It is kept here, so that it can be said before the
 * core is loaded, and again to a new core.
 */
import { Command, type RoomCore, Tag } from './core.js';
import { merge, type Obj } from './json.js';
import { encode, patches, travelling } from './presence.js';
import { ACTIVITIES } from './records.js';
import type { Activity, Position } from './types.js';

const EMPTY = new Uint8Array();

export class Own {
  presence: Readonly<Obj>;
  activity: Activity = 'active';
  surface: string | null = null;
  selection: readonly string[] = [];
  /** As the wire has it; empty where there is none. */
  viewport: Uint8Array = EMPTY;
  cursor: Position | null = null;
  /** The presence as the core has it. */
  #sent: Obj = {};
  #isHidden = false;

  constructor(presence: Readonly<Obj>) {
    this.presence = presence;
  }

  /** Says everything to a new core; whether it took it. */
  sendAll(core: RoomCore): boolean {
    this.#sent = {};
    this.#isHidden = false;
    const results = [
      this.sendPresence(core),
      this.activity === 'active' || this.sendActivity(core, this.activity),
      this.surface === null || this.sendSurface(core),
      this.selection.length === 0 || this.sendSelection(core),
      this.viewport.length === 0 || this.sendViewport(core),
    ];
    if (this.cursor) this.sendCursor(core);
    return results.every(Boolean);
  }

  /** Says what changed of the presence; whether the core took it. */
  sendPresence(core: RoomCore): boolean {
    return patches(this.#sent, travelling(this.presence)).every((patch) => {
      // Merged as the server merges it, so that both write the same JSON, order of keys included.
      this.#sent = merge(this.#sent, JSON.parse(patch)) as Obj;
      return core(Command.CUSTOM, [patch, JSON.stringify(this.#sent)]) >= 0;
    });
  }

  sendCursor(core: RoomCore): void {
    this.sendHidden(core, this.cursor === null);
    if (this.cursor) core(Command.CURSOR, undefined, this.cursor.x, this.cursor.y);
  }

  sendHidden(core: RoomCore, isHidden: boolean): void {
    if (isHidden === this.#isHidden) return;
    this.#isHidden = isHidden;
    setField(core, Tag.CURSOR_HIDDEN, isHidden ? Uint8Array.of(1) : EMPTY);
  }

  sendActivity(core: RoomCore, activity: Activity): boolean {
    const number = ACTIVITIES.indexOf(activity);
    return setField(core, Tag.ACTIVITY, number > 0 ? Uint8Array.of(number) : EMPTY);
  }

  sendSurface(core: RoomCore): boolean {
    const body = this.surface === null ? EMPTY : texts([this.surface]);
    return setField(core, Tag.SURFACE, body);
  }

  sendViewport(core: RoomCore): boolean {
    return setField(core, Tag.VIEWPORT, this.viewport);
  }

  sendSelection(core: RoomCore): boolean {
    const { length } = this.selection;
    const body =
      length === 0 ? EMPTY : Uint8Array.from([...varint(length), ...texts(this.selection)]);
    return setField(core, Tag.SELECTION, body);
  }
}

/** Sets a field, or removes it with an empty body; whether the core took it. */
function setField(core: RoomCore, tag: Tag, body: Uint8Array): boolean {
  return core(Command.FIELD, [body], tag) >= 0;
}

/** Texts as the wire has them: the length of each, then its UTF-8. */
function texts(all: readonly string[]): Uint8Array {
  return Uint8Array.from(all.map(encode).flatMap((bytes) => [...varint(bytes.length), ...bytes]));
}

/** Unsigned LEB128. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
