import { clean } from '../../../src/model/clean-text.ts';
import type { TraceDatabase } from './database.ts';
import { textField } from './names.ts';

/** ENUM_DIAGNOSTIC_SEVERITY_LEVEL: warning and error; 4 is the chattiest. */
const severities = '"severity" IN (2, 3)';
/** Such as `Not all CUDA events might have been collected.` */
const ofLoss =
  /\b(?:drop|lost|lose|missing|not all|incomplete|overflow|truncat|not collected|not been collected)/i;
const mostSentences = 5;

/** What Nsight Systems itself says to be missing from the report, a sentence each. */
export function readDiagnostics(database: TraceDatabase): string[] {
  const found = new Set<string>();
  if (!database.has('DIAGNOSTIC_EVENT', 'severity')) return [];
  database.scan(
    { table: 'DIAGNOSTIC_EVENT', numbers: [], texts: [textField('text', 1024)], where: severities },
    (_numbers, [text]) => {
      if (typeof text === 'string' && ofLoss.test(text) && found.size < mostSentences) found.add(text);
    },
  );
  return [...found].map((text) => `Nsight Systems says of this report: ${clean(text).trim()}`);
}
