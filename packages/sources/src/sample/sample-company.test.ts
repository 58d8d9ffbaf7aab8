import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openCsvSource } from '../csv/csv-source.ts';
import { objectsOf, readPages } from '../suite/source-suite.ts';
import { generateCompany, writeCompany } from './sample-company.ts';

const company = generateCompany({ seed: 7 });
const userIds = new Map(company.users.map((user, index) => [user.objectId, index]));
const groupIds = new Set(company.groups.map((group) => group.objectId));
const membersOf = (group: { members: string }) => group.members.split(';').filter((id) => id !== '');

describe('sample company', () => {
  test('has 1,000 people and 60 groups with ids and names of their own', () => {
    assert.equal(userIds.size, 1000);
    assert.equal(new Set(company.users.map((user) => user.userPrincipalName)).size, 1000);
    assert.equal(new Set(company.users.map((user) => user.mailNickname)).size, 1000);
    assert.equal(groupIds.size, 60);
    assert.equal(new Set(company.groups.map((group) => group.displayName.toLowerCase())).size, 60);
  });

  test('account names are ASCII, display names are not all', () => {
    assert.deepEqual(
      company.users.filter((user) => !/^[a-z'-]+\.[a-z'-]+\d*@harbour\.example$/.test(user.userPrincipalName)),
      [],
    );
    for (const script of [/\p{Script=Han}/u, /\p{Script=Arabic}/u, /\p{Script=Greek}/u, /[ßøłş]/, /'/]) {
      assert.ok(
        company.users.some((user) => script.test(user.displayName)),
        String(script),
      );
    }
  });

  test('about three in a hundred are disabled', () => {
    const disabled = company.users.filter((user) => user.accountEnabled === 'False').length;
    assert.ok(disabled >= 15 && disabled <= 45, String(disabled));
  });

  test('everyone but one has a manager, who stands before them: there is no circle', () => {
    const withoutManager = company.users.filter((user) => user.manager === '');
    assert.equal(withoutManager.length, 1);
    for (const [index, { manager }] of company.users.entries()) {
      if (manager !== '') assert.ok((userIds.get(manager) ?? Number.POSITIVE_INFINITY) < index);
    }
  });

  test('members exist; some groups are of groups, one is empty, everyone is in the group of the department', () => {
    for (const group of company.groups) {
      for (const id of membersOf(group)) {
        assert.ok(id.startsWith('group:') ? groupIds.has(id.slice('group:'.length)) : userIds.has(id), id);
      }
      assert.equal(new Set(membersOf(group)).size, membersOf(group).length);
    }
    assert.ok(company.groups.filter((group) => group.members.includes('group:')).length >= 5);
    assert.ok(company.groups.some((group) => group.members === ''));
    const sales = company.users.filter((user) => user.department === 'Sales').map((user) => user.objectId);
    assert.deepEqual(membersOf(company.groups.find((group) => group.displayName === 'Sales')!), sales);
  });

  test('the same seed gives the same company, today and on every machine', () => {
    assert.deepEqual(generateCompany({ seed: 7 }), company);
    assert.notDeepEqual(generateCompany({ seed: 8, people: 1000 }).users[0], company.users[0]);
    const digest = createHash('sha256').update(JSON.stringify(company)).digest('hex');
    assert.equal(digest.slice(0, 12), '2d4c4e633183');
  });

  for (const [people, groups] of [
    [1, 1],
    [3, 200],
    [5000, 5],
  ] as const) {
    test(`${people} people and ${groups} groups`, () => {
      const other = generateCompany({ seed: 1, people, groups });
      assert.equal(new Set(other.users.map((user) => user.userPrincipalName)).size, people);
      assert.equal(new Set(other.groups.map((group) => group.displayName)).size, groups);
    });
  }

  test('numbers that make no company are refused', () => {
    assert.throws(() => generateCompany({ seed: 1.5 }), TypeError);
    assert.throws(() => generateCompany({ seed: 1, people: 0 }), TypeError);
    assert.throws(() => generateCompany({ seed: 1, groups: -1 }), TypeError);
  });

  test('what is written is read back by the CSV source, whole', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-sample-'));
    const files = await writeCompany(join(folder, 'new'), { seed: 7 });
    const objects = objectsOf(await readPages(openCsvSource(files), 100));
    const users = objects.filter((object) => object.type === 'User');
    assert.deepEqual(
      users.map(({ attributes }) => [attributes.displayName, attributes.employeeId, attributes.accountEnabled]),
      company.users.map((user) => [user.displayName, user.employeeId, user.accountEnabled === 'True']),
    );
    const groups = objects.filter((object) => object.type === 'Group');
    assert.deepEqual(
      groups.map(({ members }) => members?.length),
      company.groups.map((group) => membersOf(group).length),
    );
    assert.match(await readFile(files.usersFile, 'utf8'), /^objectId,userPrincipalName,displayName,givenName,surname,/);
    await rm(folder, { recursive: true });
  });
});
