/**
 * The way in which files are read can't give what is asked of it, and another way can: everything read so far is to be
 * forgotten. `whole`: all of every file has to be kept; `engine`: the engine has to be asked.
 */
export class ReadAgain extends Error {
  readonly way: 'whole' | 'engine';

  constructor(way: ReadAgain['way'], reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'ReadAgain';
    this.way = way;
  }
}
