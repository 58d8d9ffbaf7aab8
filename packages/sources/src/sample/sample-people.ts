import { NAME_STOCKS, type NameStock, type SampleName } from './sample-names.ts';
import { SAMPLE_DEPARTMENTS, SAMPLE_SITES } from './sample-places.ts';
import type { SeededRandom } from './seeded-random.ts';

/** One row of `users.csv`, in the order of its columns. */
export interface SampleUserRow {
  readonly objectId: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly givenName: string;
  readonly surname: string;
  readonly mail: string;
  readonly mailNickname: string;
  readonly jobTitle: string;
  readonly department: string;
  readonly companyName: string;
  readonly accountEnabled: 'True' | 'False';
  readonly manager: string;
  readonly preferredLanguage: string;
  readonly usageLocation: string;
  readonly telephoneNumber: string;
  readonly mobile: string;
  readonly physicalDeliveryOfficeName: string;
  readonly streetAddress: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly country: string;
  readonly employeeId: string;
}

const COMPANY = 'Example Harbour';
const DOMAIN = 'harbour.example';
const DISABLED_SHARE = 0.03;
const MAILBOX_SHARE = 0.97;
/** How many people report to one. */
const REPORTS = 8;

/** Makes people. Each department is a tree: whoever has a manager was made after that manager. */
export function generatePeople(random: SeededRandom, count: number): readonly SampleUserRow[] {
  const people: SampleUserRow[] = [];
  const departments = new Map<string, SampleUserRow[]>();
  const takenNames = new Map<string, number>();
  for (let index = 0; index < count; index += 1) {
    const [department, jobs] = departmentOf(random, index);
    const colleagues = departments.get(department) ?? [];
    departments.set(department, colleagues);
    const manager = colleagues.length > 0 ? colleagues[Math.floor((colleagues.length - 1) / REPORTS)] : people[0];
    const jobTitle = colleagues.length === 0 ? headTitle(index, department) : random.pick(jobs);
    const person = { ...identityOf(random, index, takenNames), jobTitle, department, manager: manager?.objectId ?? '' };
    const row = inColumnOrder({ ...person, ...placeOf(random), accountEnabled: statusOf(random, colleagues.length) });
    colleagues.push(row);
    people.push(row);
  }
  return people;
}

/** Every department gets its head before anyone else is placed. */
function departmentOf(random: SeededRandom, index: number): (typeof SAMPLE_DEPARTMENTS)[number] {
  return SAMPLE_DEPARTMENTS[index] ?? random.pick(SAMPLE_DEPARTMENTS);
}

function headTitle(index: number, department: string): string {
  return index === 0 ? 'Chief Executive Officer' : `Head of ${department}`;
}

function statusOf(random: SeededRandom, colleagues: number): 'True' | 'False' {
  return random.chance(DISABLED_SHARE) && colleagues > 0 ? 'False' : 'True';
}

function identityOf(random: SeededRandom, index: number, taken: Map<string, number>) {
  const stock = random.pick(NAME_STOCKS);
  const [given, surname] = [random.pick(stock.given), random.pick(stock.surname)];
  const account = uniqueAccount(`${accountPart(given)}.${accountPart(surname)}`, taken);
  return {
    objectId: random.uuid(),
    userPrincipalName: `${account}@${DOMAIN}`,
    displayName: displayNameOf(stock, given, surname),
    givenName: nativeName(given),
    surname: nativeName(surname),
    mail: random.chance(MAILBOX_SHARE) ? `${account}@${DOMAIN}` : '',
    mailNickname: account.replaceAll("'", ''),
    companyName: COMPANY,
    preferredLanguage: stock.language,
    employeeId: String(index + 1).padStart(6, '0'),
  };
}

function placeOf(random: SeededRandom) {
  const site = random.pick(SAMPLE_SITES);
  const number = () => `${site.dialling}${String(random.below(100)).padStart(2, '0')}`;
  return {
    usageLocation: site.country,
    telephoneNumber: random.chance(0.9) ? number() : '',
    mobile: random.chance(0.6) ? number() : '',
    physicalDeliveryOfficeName: site.office,
    streetAddress: site.street,
    city: site.city,
    state: site.state,
    postalCode: site.postalCode,
    country: site.country,
  };
}

/** The same name a second time gets a number; no name of the stocks ends with one. */
function uniqueAccount(wanted: string, taken: Map<string, number>): string {
  const uses = (taken.get(wanted) ?? 0) + 1;
  taken.set(wanted, uses);
  return uses === 1 ? wanted : `${wanted}${uses}`;
}

function displayNameOf(stock: NameStock, given: SampleName, surname: SampleName): string {
  const [first, last] = [nativeName(given), nativeName(surname)];
  return stock.surnameFirst ? `${last} ${first}` : `${first} ${last}`;
}

function nativeName(name: SampleName): string {
  return typeof name === 'string' ? name : name.name;
}

const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  ø: 'oe',
  å: 'aa',
  ł: 'l',
  đ: 'd',
  ı: 'i',
  þ: 'th',
};

/** Small ASCII letters; apostrophes and hyphens stay, as they do in real accounts. */
function accountPart(name: SampleName): string {
  const latin = typeof name === 'string' ? name : name.latin;
  const letters = latin.toLowerCase().replaceAll(/[ßæøåłđıþ]/g, (letter) => LETTERS[letter] ?? '');
  return letters.normalize('NFD').replaceAll(/[^a-z'-]/g, '');
}

function inColumnOrder(row: SampleUserRow): SampleUserRow {
  const { objectId, userPrincipalName, displayName, givenName, surname, mail, mailNickname, jobTitle, ...rest } = row;
  const { department, companyName, accountEnabled, manager, preferredLanguage, usageLocation, ...place } = rest;
  return {
    objectId,
    userPrincipalName,
    displayName,
    givenName,
    surname,
    mail,
    mailNickname,
    jobTitle,
    department,
    companyName,
    accountEnabled,
    manager,
    preferredLanguage,
    usageLocation,
    ...place,
  };
}
