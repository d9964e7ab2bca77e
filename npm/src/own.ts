/**
 * What the application said of itself in a room. It is kept here, so that it can be said before the
 * core is loaded, and again to a new core.
 */
import { Command, type Core, Tag } from './core.js';
import { merge, type Obj } from './json.js';
import { encode, patches, travelling } from './presence.js';
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
  sendAll(core: Core, channel: number): boolean {
    this.#sent = {};
    this.#isHidden = false;
    const results = [
      this.sendPresence(core, channel),
      this.activity === 'active' || this.sendActivity(core, channel, this.activity),
      this.surface === null || this.sendSurface(core, channel),
      this.selection.length === 0 || this.sendSelection(core, channel),
      this.viewport.length === 0 || this.sendViewport(core, channel),
    ];
    if (this.cursor) this.sendCursor(core, channel);
    return results.every(Boolean);
  }

  /** Says what changed of the presence; whether the core took it. */
  sendPresence(core: Core, channel: number): boolean {
    return patches(this.#sent, travelling(this.presence)).every((patch) => {
      // Merged as the server merges it, so that both write the same JSON, order of keys included.
      this.#sent = merge(this.#sent, JSON.parse(patch)) as Obj;
      return core(Command.CUSTOM, channel, [patch, JSON.stringify(this.#sent)]) >= 0;
    });
  }

  sendCursor(core: Core, channel: number): void {
    this.sendHidden(core, channel, this.cursor === null);
    if (this.cursor) core(Command.CURSOR, channel, undefined, this.cursor.x, this.cursor.y);
  }

  sendHidden(core: Core, channel: number, isHidden: boolean): void {
    if (isHidden === this.#isHidden) return;
    this.#isHidden = isHidden;
    setField(core, channel, Tag.CURSOR_HIDDEN, isHidden ? Uint8Array.of(1) : EMPTY);
  }

  sendActivity(core: Core, channel: number, activity: Activity): boolean {
    const number = { active: 0, idle: 1, away: 2 }[activity];
    return setField(core, channel, Tag.ACTIVITY, number === 0 ? EMPTY : Uint8Array.of(number));
  }

  sendSurface(core: Core, channel: number): boolean {
    const body = this.surface === null ? EMPTY : texts([this.surface]);
    return setField(core, channel, Tag.SURFACE, body);
  }

  sendViewport(core: Core, channel: number): boolean {
    return setField(core, channel, Tag.VIEWPORT, this.viewport);
  }

  sendSelection(core: Core, channel: number): boolean {
    const { length } = this.selection;
    const body =
      length === 0 ? EMPTY : Uint8Array.from([...varint(length), ...texts(this.selection)]);
    return setField(core, channel, Tag.SELECTION, body);
  }
}

/** Sets a field, or removes it with an empty body; whether the core took it. */
function setField(core: Core, channel: number, tag: Tag, body: Uint8Array): boolean {
  return core(Command.FIELD, channel, [body], tag) >= 0;
}

/** Texts as the wire has them: the length of each, then its UTF-8. */
function texts(all: readonly string[]): Uint8Array {
  return Uint8Array.from(all.map(encode).flatMap((bytes) => [...varint(bytes.length), ...bytes]));
}

/** Unsigned LEB128. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
