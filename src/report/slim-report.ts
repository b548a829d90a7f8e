import type { ErrorCode } from '../model/errors.ts';
import type { Phase } from '../model/events.ts';
import type { Finding } from '../model/finding.ts';
import type { ImagePath } from '../model/image-path.ts';
import type { TrimGroup } from '../options.ts';
import type { PackageDatabase } from '../package-records/database/package-database.ts';
import type { ProofItem } from '../proof/proof-item.ts';
import type { Ledger } from './ledger.ts';
import type { ReportedReason } from './reported-reason.ts';

/** The version of the JSON document that `report.schema.json` describes. */
export const REPORT_SCHEMA_VERSION = 2;

/** Regular files' content in bytes (a hardlinked file once), and how many entries of any kind. */
export interface Amount {
  readonly bytes: number;
  readonly entries: number;
}

/** `entries` is null where they were not counted. */
export interface RoughAmount {
  readonly bytes: number;
  readonly entries: number | null;
}

/** A directory (two levels deep: `/usr/lib`) with what was kept below it. */
export interface Part extends Amount {
  readonly path: string;
}

/** A round of learning from failed checks. */
export interface RepairRound {
  /** the checks that had failed */
  readonly failed: readonly string[];
  /** what it added, and why it would be kept with every rule switched on; null where it would not */
  readonly added: readonly { readonly path: string; readonly reason: ReportedReason | null }[];
}

/** What was slimmed. */
export interface ReportedSubject {
  readonly kind: 'container' | 'image' | 'directory';
  /** 64 hex digits of a container, the digest of an image */
  readonly id: string | null;
  /** a container's name, an image's reference */
  readonly name: string | null;
  /** its engine's endpoint, or the file or folder of this machine that has it: `docker-archive:/tmp/app.tar` */
  readonly where: string;
}

/** What lies below the change layer. */
export interface ReportedBase {
  /**
   * how it was found: said by the caller (`option`), the image of the container, named by a label, another image whose
   * layers the lowest ones are (`layers`), or the layers before the user's first instruction (`history`)
   */
  readonly evidence: 'option' | 'container' | 'label' | 'layers' | 'history';
  readonly id: string | null;
  readonly name: string | null;
  /** how many layers it has: the lowest ones of the subject's image, or of the container's */
  readonly layers: number;
}

/** A package of the result, as its database and its documentation describe it; null where they do not say. */
export interface ReportedPackage {
  readonly name: string;
  readonly version: string | null;
  readonly architecture: string | null;
  /** the source package that it was built from */
  readonly source: string | null;
  readonly sourceVersion: string | null;
  /** short names or expressions as they stand there: `GPL-2+`, `MIT AND BSD-2-Clause` */
  readonly licences: readonly string[] | null;
  /** `unknown`: nobody says which files it has, so it may be there */
  readonly state: 'whole' | 'partial' | 'unknown';
}

/** What a run did, as data. Paths and names are text for people (`displayPath`); sizes are bytes, times milliseconds. */
export interface SlimReport {
  readonly schemaVersion: typeof REPORT_SCHEMA_VERSION;
  readonly tool: { readonly name: 'skinnywhale'; readonly version: string };
  /** null where none was asked */
  readonly engine: { readonly endpoint: string; readonly version: string; readonly storage: string } | null;
  /** `source`: where the subject's files were read; `sink`: how the layer is sent, with all of the image or before it */
  readonly ways: { readonly source: 'engine' | 'local' | 'archive'; readonly sink: 'load' | 'import' };
  readonly subject: ReportedSubject;
  /** null where nothing is known to lie below what the user made: all of it is kept by need alone */
  readonly base: ReportedBase | null;
  /** `imageId` and `layer` are null where nothing was sent: in a dry run, or where `--strict` ended it. */
  readonly result: {
    readonly reference: string;
    readonly imageId: string | null;
    readonly layer: string | null;
    readonly dryRun: boolean;
    /** what `docker run` starts without arguments: Entrypoint and Cmd of the result, one after the other */
    readonly command: readonly string[];
  };
  readonly sizes: {
    /** the subject's whole tree; where that was not read whole, what the engine says of its image, and the changes */
    readonly before: RoughAmount;
    /** what is in the result */
    readonly after: Amount;
    /** of `after`: from the change layer, which is all that lies above the base */
    readonly fromChange: Amount;
    /** of `after`: from the base */
    readonly fromBase: Amount;
    /** in `before` and not in `after` */
    readonly dropped: RoughAmount;
  };
  readonly trimmed: readonly (Amount & { readonly group: TrimGroup })[];
  readonly largestParts: readonly Part[];
  /** by the container's package database; `rpm`: one that is not read, null: no database */
  readonly packages: {
    readonly database: PackageDatabase['kind'];
    /**
     * packages of which nothing is left, the largest first, at most 20: how much each takes when installed, as the database
     * says, and how many paths it brought
     */
    readonly dropped: readonly (Amount & { readonly name: string })[];
    /** those of the result, in report files only */
    readonly present?: readonly ReportedPackage[];
  };
  /** one line for each file taken from the base, with the first reason */
  readonly fromBase: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly reason: ReportedReason;
  }[];
  /** null where nothing was run to be compared, or known beforehand */
  readonly proof: {
    /** checks and probes, as the last candidate did them */
    readonly items: readonly ProofItem[];
    readonly rounds: readonly RepairRound[];
    /** paths that are known to be used: from profiles, traces and the running container */
    readonly learned: number;
  } | null;
  readonly findings: readonly ReportedFinding[];
  readonly warnings: readonly string[];
  readonly timings: readonly { readonly phase: Phase; readonly milliseconds: number; readonly bytes?: number }[];
  readonly temporaryBytes: number;
  /** in report files only: it may have a hundred thousand entries */
  readonly ledger?: Ledger;
}

type Displayed<T> = {
  readonly [K in keyof T]: T[K] extends ImagePath
    ? string
    : T[K] extends readonly ImagePath[]
      ? readonly string[]
      : T[K];
};
type DisplayedEach<T> = T extends unknown ? Displayed<T> : never;

/** A {@link Finding} with its paths and names made text for people, see `reportFindings`. */
export type ReportedFinding = DisplayedEach<Finding>;

/** The document that `--json` writes instead of a report where a run failed. */
export interface ErrorReport {
  readonly schemaVersion: typeof REPORT_SCHEMA_VERSION;
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint: string | null };
}
