import type { SampleUserRow } from './sample-people.ts';
import { PROJECT_WORDS, SAMPLE_DEPARTMENTS, SAMPLE_SITES } from './sample-places.ts';
import type { SeededRandom } from './seeded-random.ts';

/** One row of `groups.csv`, in the order of its columns. */
export interface SampleGroupRow {
  readonly objectId: string;
  readonly displayName: string;
  readonly description: string;
  readonly mailNickname: string;
  /** Ids of users, and ids of groups behind `group:`, separated by `;`. */
  readonly members: string;
}

interface GroupPlan {
  readonly displayName: string;
  readonly description: string;
  readonly isMember?: (person: SampleUserRow) => boolean;
  /** Groups that are members, by display name, where they exist. */
  readonly nested?: readonly string[];
  /** How many people are drawn by lot. */
  readonly drawn?: number;
}

/** Makes groups: departments, offices, groups of these, roles, and projects for the rest. */
export function generateGroups(
  random: SeededRandom,
  people: readonly SampleUserRow[],
  count: number,
): readonly SampleGroupRow[] {
  const plans = groupPlans(random, people.length).slice(0, count);
  for (let project = 0; plans.length < count; project += 1) plans.push(projectPlan(random, project, people.length));
  const ids = new Map(plans.map(({ displayName }) => [displayName, random.uuid()]));
  return plans.map((plan, index) => ({
    objectId: ids.get(plan.displayName) ?? '',
    displayName: plan.displayName,
    description: plan.description,
    mailNickname: nicknameOf(plan.displayName) || `group-${index + 1}`,
    members: membersOf(plan, { random, people, ids }),
  }));
}

interface GroupContext {
  readonly random: SeededRandom;
  readonly people: readonly SampleUserRow[];
  readonly ids: ReadonlyMap<string, string>;
}

function membersOf({ isMember, nested = [], drawn = 0 }: GroupPlan, { random, people, ids }: GroupContext): string {
  const users = isMember ? people.filter(isMember) : random.sample(people, drawn);
  const groups = nested.map((name) => ids.get(name)).filter((id) => id !== undefined);
  return [...users.map((user) => user.objectId), ...groups.map((id) => `group:${id}`)].join(';');
}

function nicknameOf(displayName: string): string {
  const words = displayName
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .match(/[a-z0-9]+/g);
  return words?.join('-') ?? '';
}

function groupPlans(random: SeededRandom, people: number): GroupPlan[] {
  const departments = SAMPLE_DEPARTMENTS.map(([name]) => name);
  const regions = [...new Set(SAMPLE_SITES.map((site) => site.region))];
  return [
    ...departments.map(departmentPlan),
    { displayName: 'All Staff', description: 'Everyone, by department', nested: departments },
    ...SAMPLE_SITES.map(({ office, city }) => officePlan(office, city)),
    ...regions.map(regionPlan),
    { displayName: 'Heads of Department', description: 'Who leads a department', isMember: leads },
    { displayName: 'Contractors', description: 'Nobody at present', drawn: 0 },
    { displayName: 'VPN Users', description: 'May connect from outside', drawn: share(people, 0.4) },
    {
      displayName: 'Finance "Approvers", all levels',
      description: 'May approve; see policy 7',
      drawn: share(people, 0.02),
    },
    { displayName: "Skippers' Club", description: 'Sailing after work', drawn: share(people, 0.03) },
    { displayName: 'Bereitschaft Süd/Öst', description: 'Rufbereitschaft', drawn: 3 + random.below(5) },
    { displayName: '港湾チーム', description: '横浜', isMember: ({ city }) => city === 'Yokohama' },
  ];
}

function departmentPlan(name: string): GroupPlan {
  return { displayName: name, description: `Department ${name}`, isMember: ({ department }) => department === name };
}

function officePlan(office: string, place: string): GroupPlan {
  return { displayName: `Office ${office}`, description: `Office in ${place}`, isMember: ({ city }) => city === place };
}

function regionPlan(region: string): GroupPlan {
  const offices = SAMPLE_SITES.filter((site) => site.region === region).map(({ office }) => `Office ${office}`);
  return { displayName: `Region ${region}`, description: `All offices in ${region}`, nested: offices };
}

/** Word by word, and with a number when the words are used up. */
function projectPlan(random: SeededRandom, project: number, people: number): GroupPlan {
  const word = PROJECT_WORDS[project % PROJECT_WORDS.length] ?? '';
  const round = Math.floor(project / PROJECT_WORDS.length);
  const displayName = round === 0 ? `Project ${word}` : `Project ${word} ${round + 1}`;
  return { displayName, description: 'Project team', drawn: Math.min(people, 3 + random.below(25)) };
}

function leads({ jobTitle }: SampleUserRow): boolean {
  return jobTitle.startsWith('Head of ') || jobTitle.startsWith('Chief Executive');
}

function share(people: number, part: number): number {
  return Math.ceil(people * part);
}
