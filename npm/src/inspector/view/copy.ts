/** A text into the clipboard. */
import { make } from './dom.js';

/** Whether it could be copied. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A page that is not secure has no clipboard, but may copy a selection.
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const before = document.activeElement;
  const area = make('textarea', { 'aria-hidden': 'true' });
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    area.remove();
    const inside = before?.shadowRoot?.activeElement ?? before;
    if (inside instanceof HTMLElement) inside.focus();
  }
}
