/** `svcsim compare RESULT...`: saved results against the first of them. Nothing is simulated, and nothing written unless asked for. */
import { join } from 'node:path';
import { comparisonCsv, comparisonJson } from '../../report/files/comparison-files.ts';
import { SCHEMA_VERSION } from '../../report/files/result-json.ts';
import { SAVED_EXPORTS } from '../../report/exports/formats.ts';
import type { SavedExport, StudyExport } from '../../report/exports/formats.ts';
import { prometheusFamilies } from '../../report/exports/prometheus-families.ts';
import { prometheusText } from '../../report/exports/prometheus-text.ts';
import { savedMarkdown } from '../../report/markdown/comparison.ts';
import { savedSummary, savedVerdict } from '../../report/text/saved-comparison.ts';
import type { SavedComparison, SavedSample } from '../../report/text/saved-comparison.ts';
import { compareFigures } from '../../study/comparison/compare.ts';
import { sampleNames } from '../../study/comparison/sample-names.ts';
import type { VariantFigures } from '../../study/figures/run-figures.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { readSavedResult } from '../input/saved-results.ts';
import type { SavedSource } from '../input/saved-results.ts';
import type { CompareFlags } from '../options.ts';
import { prepareFile, writeWhole } from '../output/output-files.ts';
import { note, print, styleFor } from '../terminal/terminal.ts';

/** What a comparison can be written as, with the file's name in a folder. */
const FILES: Readonly<Record<SavedExport, string>> = {
  json: 'comparison.json',
  csv: 'comparison.csv',
  markdown: 'comparison.md',
  prometheus: 'comparison.prom',
};

const isSavedExport = (format: StudyExport): format is SavedExport => format in FILES;

/** Flags that change what is simulated. */
const OF_SCENARIOS = ['seed', 'replications', 'set', 'vary', 'jobs'] as const;

/** One variant of one result. */
interface Found {
  readonly source: SavedSource;
  readonly figures: VariantFigures;
}

function refuseFlags(flags: CompareFlags): void {
  const given = OF_SCENARIOS.filter((flag) => flags[flag] !== undefined);
  if (given.length > 0) {
    throw new CommandFailure(
      EXIT.usage,
      `--${given.join(', --')}: saved results are as they are; give a scenario file to simulate`,
    );
  }
  for (const { format, file } of flags.export ?? []) {
    if (!isSavedExport(format)) {
      throw new CommandFailure(
        EXIT.usage,
        `--export ${format} takes a scenario; of saved results there are ${SAVED_EXPORTS.join(', ')}`,
      );
    }
    if (file === null && flags.out === undefined) {
      throw new CommandFailure(
        EXIT.usage,
        `--export ${format}: say where to, ${format}=FILE or -o DIR; comparing saved results writes no files by itself`,
      );
    }
  }
}

/** Models differ in more than the scenario, and so do their results. */
function refuseOtherModels(sources: readonly SavedSource[]): void {
  const [reference] = sources;
  for (const { path, result } of sources) {
    const { modelVersion } = reference!.result;
    if (result.modelVersion === modelVersion) continue;
    throw new CommandFailure(
      EXIT.invalid,
      `${path} is of model version ${result.modelVersion}, ${reference!.path} of ${modelVersion}: ` +
        'what differs would be the simulator as well as the scenario. Simulate both with one version of svcsim.',
    );
  }
}

function foundIn(sources: readonly SavedSource[], variant: string | undefined): readonly Found[] {
  const found = sources.flatMap((source) => {
    const { variants } = source.result;
    const picked = variants.filter(
      (figures) => variant === undefined || figures.variant === variant,
    );
    if (picked.length === 0) {
      const names = variants.map((figures) => figures.variant).join(', ');
      throw new CommandFailure(
        EXIT.usage,
        `${source.path} has no variant ${variant!}; it has ${names}`,
      );
    }
    return picked.map((figures) => ({ source, figures }));
  });
  if (found.length < 2) {
    throw new CommandFailure(
      EXIT.usage,
      `${sources[0]!.path} holds one variant; name another result to compare it with`,
    );
  }
  const empty = found.find(({ figures }) => figures.runs.length === 0);
  if (empty !== undefined) {
    throw new CommandFailure(
      EXIT.invalid,
      `${empty.source.path}: no replication of ${empty.figures.variant} had finished; simulate it again`,
    );
  }
  return found;
}

function sampleOf({ source, figures }: Found): SavedSample {
  const { scenario, partial, replications, warmUpMs, durationMs } = source.result;
  return { scenario, partial, runs: figures.runs.length, replications, warmUpMs, durationMs };
}

/** A comparison, and the figures it is of, under its names. */
interface Compared {
  readonly saved: SavedComparison;
  readonly figures: readonly VariantFigures[];
}

function compareSaved(sources: readonly SavedSource[], variant: string | undefined): Compared {
  const found = foundIn(sources, variant);
  const names = sampleNames(
    found.map(({ source, figures }) => ({
      source: source.name,
      path: source.path,
      variant: figures.variant,
      hasSiblings: found.filter((other) => other.source === source).length > 1,
    })),
  );
  const figures = found.map((one, at) => ({ ...one.figures, variant: names[at]! }));
  const saved = {
    comparison: compareFigures(figures),
    modelVersion: sources[0]!.result.modelVersion,
    samples: found.map(sampleOf),
  };
  return { saved, figures };
}

function jsonText({ comparison, modelVersion }: SavedComparison): string {
  const document = { schemaVersion: SCHEMA_VERSION, modelVersion, ...comparisonJson(comparison) };
  return `${JSON.stringify(document)}\n`;
}

function textAs(format: SavedExport, { saved, figures }: Compared): string {
  switch (format) {
    case 'csv':
      return comparisonCsv(saved.comparison);
    case 'markdown':
      return savedMarkdown(saved);
    case 'json':
      return jsonText(saved);
    case 'prometheus': {
      // Saved results are compared, not judged again.
      const variants = figures.map((own) => ({ figures: own, judgements: [] }));
      return [...prometheusText(prometheusFamilies(variants))].join('');
    }
  }
}

/** What is to be written where: what is asked for, and JSON and CSV where only a folder is named. */
function filesOf({ out, export: requests = [] }: CompareFlags): ReadonlyMap<string, SavedExport> {
  const byDefault = (['json', 'csv'] as const).map((format) => ({ format, file: null }));
  const asked = requests.length > 0 || out === undefined ? requests : byDefault;
  return new Map(
    asked.flatMap(({ format, file }) =>
      isSavedExport(format) ? [[file ?? join(out!, FILES[format]), format]] : [],
    ),
  );
}

async function textOf(compared: Compared, flags: CompareFlags): Promise<string> {
  if (flags.format !== 'text') return textAs(flags.format, compared);
  const { saved } = compared;
  const style = await styleFor(process.stdout);
  const text = flags.quiet ? savedVerdict(saved, style).join('\n') : savedSummary(saved, style);
  return `${text}\n`;
}

/** Compares what stands at `paths`. */
export async function compareResultsAction(
  paths: readonly string[],
  flags: CompareFlags,
): Promise<ExitCode> {
  refuseFlags(flags);
  const sources = paths.map(readSavedResult);
  refuseOtherModels(sources);
  const compared = compareSaved(sources, flags.variant);
  const files = filesOf(flags);
  for (const path of files.keys()) prepareFile(path);
  for (const [path, format] of files) writeWhole(path, [textAs(format, compared)]);
  print(await textOf(compared, flags));
  if (files.size > 0 && flags.quiet !== true) note(`Wrote ${[...files.keys()].join(', ')}`);
  return EXIT.passed;
}
