/** Places that one run looks at: the largest images need a tenth, and all take some seconds. */
const PLACES = 10_000_000;

/** How much may still be searched for. All loads of a run share one. */
export class SearchBudget {
  #left: number;

  constructor(places = PLACES) {
    this.#left = places;
  }

  /** A place more was looked at. */
  spend(): void {
    this.#left--;
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }
}
