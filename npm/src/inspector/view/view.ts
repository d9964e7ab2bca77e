/** One of the panel's pages. */

/** Its element, and how it is brought up to date while it is shown. */
export interface View {
  readonly title: string;
  readonly node: HTMLElement;
  render(): void;
}
