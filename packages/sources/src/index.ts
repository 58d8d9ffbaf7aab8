export type { CsvEncoding, CsvSeparator, CsvSourceOptions } from './csv/csv-settings.ts';
export { openCsvSource } from './csv/csv-source.ts';
export type {
  Completeness,
  RefusedObject,
  Source,
  SourceObject,
  SourceObjectType,
  SourcePage,
  SourceRead,
  SourceReadOptions,
  SourceReference,
  SourceTest,
  SourceValue,
} from './source.ts';
export { SourceError } from './source.ts';
