import type { ImagePath } from './image-path.ts';

/**
 * What the analysis could not settle. Facts only: the wording is in `report/wording.ts`.
 * Paths are {@link ImagePath}s; names are byte strings.
 */
export type Finding =
  | UnresolvedLibrary
  | ProvidedByHost
  | UnresolvedInterpreter
  | UnresolvedCommand
  | MissingProgram
  | DefectiveElf
  | PartlyRead
  | NamesTooStrange
  | BlockedLibrary
  | VersionMismatch
  | OptionalData
  | ForeignProgram;

/** A NEEDED name (or filter, preload) that no rule of the loader finds in the container's tree. */
export interface UnresolvedLibrary {
  readonly kind: 'unresolved-library';
  readonly name: string;
  readonly requesters: readonly ImagePath[];
}

/** A NEEDED name that no rule finds, but that a kept file elsewhere carries: the program that loads the requester has it already. */
export interface ProvidedByHost {
  readonly kind: 'provided-by-host';
  readonly name: string;
  readonly requesters: readonly ImagePath[];
  readonly presentAs: readonly ImagePath[];
}

/** A program interpreter (PT_INTERP) or a script's `#!` that is not in the container's tree. */
export interface UnresolvedInterpreter {
  readonly kind: 'unresolved-interpreter';
  readonly name: string;
  readonly requesters: readonly ImagePath[];
}

/** A command of the image's configuration that is not in the container's tree. */
export interface UnresolvedCommand {
  readonly kind: 'unresolved-command';
  readonly name: string;
  readonly field: 'Entrypoint' | 'Cmd' | 'Healthcheck' | 'Shell';
}

/** A program that the user's own code starts by its name and that is not in the container's tree. */
export interface MissingProgram {
  readonly kind: 'missing-program';
  readonly name: string;
  readonly requesters: readonly ImagePath[];
}

/** A file that begins like an ELF file and is not a whole one. */
export interface DefectiveElf {
  readonly kind: 'defective-elf';
  readonly path: ImagePath;
  readonly defect: string;
}

/** A file that has more of something than any real one, or costs more than all files together may: the rest is not known. */
export interface PartlyRead {
  readonly kind: 'partly-read';
  readonly path: ImagePath;
  readonly part: UnreadPart;
}

/** A part of an ELF file that may be too long to be read whole. */
export type ElfPart =
  | 'DT_NEEDED'
  | 'DT_FILTER'
  | 'DT_AUXILIARY'
  | 'RPATH'
  | 'RUNPATH'
  | 'auditing libraries'
  | 'versions';

/** What was not read to its end; `libraries`: those that a program loads, `dlopen`: those that it names. */
export type UnreadPart = ElfPart | 'libraries' | 'dlopen' | 'script';

/** A first candidate that makes the loader give up although a good one follows (empty file, directory, foreign byte order). */
export interface BlockedLibrary {
  readonly kind: 'blocked-library';
  readonly name: string;
  readonly candidate: ImagePath;
  readonly why: string;
  readonly requesters: readonly ImagePath[];
}

/** A file whose name starts with `.wh.`: engines read it as a deletion mark, so it can't be in an image layer. */
export interface NamesTooStrange {
  readonly kind: 'whiteout-name';
  readonly path: ImagePath;
}

/** A symbol version that a file needs (DT_VERNEED) and the library that the loader chooses does not define. */
export interface VersionMismatch {
  readonly kind: 'version-mismatch';
  /** the version: GLIBC_2.38 */
  readonly name: string;
  readonly library: ImagePath;
  readonly requesters: readonly ImagePath[];
}

/** What a rule would add, and does not since it is large and only possible: `--rule +rule` adds it. */
export interface OptionalData {
  readonly kind: 'optional-data';
  readonly rule: string;
  readonly summary: string;
  readonly bytes: number;
  readonly files: number;
  readonly requesters: readonly ImagePath[];
}

/** A program of the image's configuration that is made for another machine than the image: it needs binfmt_misc and an emulator. */
export interface ForeignProgram {
  readonly kind: 'binfmt-needed';
  readonly path: ImagePath;
  /** e_machine */
  readonly machine: number;
}
