import { createWholeFile, type WholeFile } from '../../filesystem/whole-file.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import type { LearnedPath } from './learned-path.ts';
import { writeProfile } from './profile.ts';

/** The file of `--profile-out`, which is whole at any time: each time that more is learned, a new one takes its place. */
export class ProfileFile implements AsyncDisposable {
  readonly #path: string;
  #draft: WholeFile | undefined;

  private constructor(path: string, draft: WholeFile) {
    this.#path = path;
    this.#draft = draft;
  }

  /** Begins the file, before anything is learned. @throws USAGE where none can be written there */
  static async open(path: string): Promise<ProfileFile> {
    return new ProfileFile(path, await createWholeFile(path, 'profile'));
  }

  /** @throws FAILED */
  async write(learned: Iterable<LearnedPath>): Promise<void> {
    try {
      this.#draft ??= await createWholeFile(this.#path, 'profile');
      await this.#draft.write([writeProfile(learned)]);
      await this.#draft.finish();
      this.#draft = undefined;
    } catch (error) {
      if (error instanceof SkinnywhaleError) throw error;
      const why = (error as Error).message;
      throw new SkinnywhaleError('FAILED', `the profile can't be written to ${this.#path}: ${why}`, { cause: error });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#draft?.[Symbol.asyncDispose]();
  }
}
