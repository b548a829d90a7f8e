import type { AnalysisView } from '../../src/filesystem/analysis-view.ts';
import type { RunConfig } from '../../src/model/image-config.ts';
import { fixture, type TarMember } from '../builders/tar.ts';

/** A container's files and configuration. */
export function viewOf(run: RunConfig, ...members: readonly TarMember[]): AnalysisView {
  return { ...fixture(...members), run };
}
