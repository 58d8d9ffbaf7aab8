import { databaseSuite } from './suite/database-suite.ts';
import { eachDatabase } from './testing/each-database.ts';

eachDatabase('database', databaseSuite);
