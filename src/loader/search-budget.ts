/** Names and places that one run looks at: a desktop with thousands of programs needs a fifth, and all take half a minute. */
const PLACES = 40_000_000;

/** How much may still be searched for. All loads of a run share one. */
export class SearchBudget {
  #left: number;

  constructor(places = PLACES) {
    this.#left = places;
  }

  /** A name or a place more was looked at. */
  spend(): void {
    this.#left--;
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }
}
