import { foldText, type JsonObject, parsePatch, USER_TYPE } from '@rollcall/scim';
import { type Database, raw, sql, statement } from '@rollcall/storage';
import type { RequestContext } from '../context.ts';
import { createResource } from '../resources/create.ts';
import { patchResource } from '../resources/patch.ts';
import { isUuid } from '../resources/uuid.ts';
import { Refusal } from '../tenants/refusal.ts';
import { accountFromRow, type UserAccount, type UserAccountRow } from './user-account.ts';

export interface NewUserAccount {
  readonly userName: string;
  readonly displayName?: string | undefined;
  readonly email?: string | undefined;
  /** True when absent. */
  readonly active?: boolean | undefined;
  readonly administrator?: boolean | undefined;
}

export interface UserAccountChange {
  readonly displayName?: string | undefined;
  readonly active?: boolean | undefined;
}

export interface UserAccountPage {
  readonly limit: number;
  /** The id after which the page begins. */
  readonly after?: string | undefined;
  /** Only the account of this name, compared as the endpoint compares names. */
  readonly userName?: string | undefined;
}

const PAGE_MAX = 1000;
const USER_SCHEMA_ID = USER_TYPE.schema.id;
const PATCH_SCHEMA_ID = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** Nothing that an administrator sends needs a tolerance: the body is made here. */
const NO_QUIRKS = { allowed: new Set<never>(), report: () => undefined };

/** The accounts of a tenant for its administrators: made by hand, listed, disabled. */
export class UserDirectory {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Makes an account by hand. Provisioning may connect it later, by the tenant's policy.
   *
   * @throws {UniquenessError} the userName is taken
   * @throws {InvalidValueError} a value that no user may have
   */
  async create(context: RequestContext, input: NewUserAccount): Promise<UserAccount> {
    const row = await createResource(this.#database, context, {
      type: USER_TYPE,
      body: userBody(input),
      reportQuirk: NO_QUIRKS.report,
      origin: 'manual',
      administrator: input.administrator ?? false,
    });
    return this.get(context.tenant, row.id);
  }

  /** Accounts in the order of their making. @throws {Refusal} `invalid-value`: the page begins nowhere */
  async list(tenant: string, page: UserAccountPage): Promise<readonly UserAccount[]> {
    const { after, userName } = page;
    if (after !== undefined && !isUuid(after)) {
      throw new Refusal('invalid-value', 'cursor is none of this list: send back nextCursor as it came.', 'cursor');
    }
    if (userName !== undefined && !canBeStored(userName)) return [];
    const where = sql`${after === undefined ? raw('') : sql` and r.id > ${after}`}${
      userName === undefined ? raw('') : sql` and r.user_name = ${foldText(userName)}`
    }`;
    const { rows } = await this.#database.query<UserAccountRow>(
      statement(sql`select ${COLUMNS} from resource r
                    where r.tenant = ${tenant} and r.type = 'User'${where}
                    order by r.id limit ${Math.min(page.limit, PAGE_MAX)}`),
    );
    return rows.map(accountFromRow);
  }

  /** @throws {Refusal} `not-found` */
  async get(tenant: string, id: string): Promise<UserAccount> {
    const { rows } = isUuid(id) ? await this.#database.query<UserAccountRow>(selectOne(tenant, id)) : { rows: [] };
    const [row] = rows;
    if (row !== undefined) return accountFromRow(row);
    throw new Refusal('not-found', `tenant "${tenant}" has no user ${JSON.stringify(id.slice(0, 60))}.`);
  }

  /** Changes what the change names, with a history row. @throws {Refusal} `not-found` */
  async update(context: RequestContext, id: string, change: UserAccountChange): Promise<UserAccount> {
    await this.get(context.tenant, id);
    const value = definedOnly(change);
    if (Object.keys(value).length > 0) {
      const body = { schemas: [PATCH_SCHEMA_ID], Operations: [{ op: 'replace', value }] };
      const { operations } = parsePatch(body, { quirks: NO_QUIRKS });
      await patchResource(this.#database, context, {
        type: USER_TYPE,
        id,
        ifMatch: undefined,
        operations,
        reportQuirk: NO_QUIRKS.report,
      });
    }
    return this.get(context.tenant, id);
  }
}

/** NUL and halves of surrogate pairs are in no account, and no database compares them. */
const canBeStored = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

function userBody({ userName, displayName, email, active = true }: NewUserAccount): JsonObject {
  return {
    schemas: [USER_SCHEMA_ID],
    userName,
    active,
    ...(displayName !== undefined && { displayName }),
    ...(email !== undefined && { emails: [{ value: email, type: 'work', primary: true }] }),
  };
}

const definedOnly = ({ displayName, active }: UserAccountChange): JsonObject => ({
  ...(displayName !== undefined && { displayName }),
  ...(active !== undefined && { active }),
});

const COLUMNS = sql`r.id, r.data, r.active, r.origin, r.administrator, r.created, r.modified`;

const selectOne = (tenant: string, id: string) =>
  statement(
    sql`select ${COLUMNS} from resource r where r.tenant = ${tenant} and r.id = ${id} and r.type = 'User'`,
    'user-account-get',
  );
