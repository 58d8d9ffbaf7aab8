export type { CsvEncoding, CsvSeparator, CsvSourceOptions } from './csv/csv-settings.ts';
export { openCsvSource } from './csv/csv-source.ts';
export { type MemoryDirectory, type MemorySource, openMemorySource } from './memory/memory-source.ts';
export {
  generateCompany,
  type SampleCompany,
  type SampleCompanyOptions,
  writeCompany,
} from './sample/sample-company.ts';
export type { SampleGroupRow } from './sample/sample-groups.ts';
export type { SampleUserRow } from './sample/sample-people.ts';
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
