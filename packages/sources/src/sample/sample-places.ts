/** An office of the sample company. */
export interface SampleSite {
  readonly office: string;
  readonly street: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly country: string;
  readonly region: string;
  /** The beginning of numbers that the country's authority keeps free for examples, or that are not in service. */
  readonly dialling: string;
}

export const SAMPLE_SITES: readonly SampleSite[] = [
  site('Hamburg Speicherstadt', 'Am Sandtorkai 1', 'Hamburg', 'HH', '20457', 'DE', 'Europe', '+49 40 000'),
  site('London Wharf', '12 Example Wharf', 'London', '', 'E14 0ZZ', 'GB', 'Europe', '+44 20 7946 0'),
  site('Göteborg Hamn', 'Hamngatan 4', 'Göteborg', 'O', '411 14', 'SE', 'Europe', '+46 31 390 0'),
  site('Marseille Vieux-Port', '3 quai du Port', 'Marseille', 'PAC', '13002', 'FR', 'Europe', '+33 1 99 00 '),
  site('Gdańsk Nabrzeże', 'ul. Portowa 7', 'Gdańsk', 'PM', '80-001', 'PL', 'Europe', '+48 58 000 '),
  site('Boston Seaport', '500 Sample Street', 'Boston', 'MA', '02210', 'US', 'Americas', '+1 617 555 01'),
  site('Oakland Docks', '77 Example Avenue', 'Oakland', 'CA', '94607', 'US', 'Americas', '+1 510 555 01'),
  site('São Paulo Centro', 'Rua Exemplo 90', 'São Paulo', 'SP', '01000-000', 'BR', 'Americas', '+55 11 0000 '),
  site('Lagos Marina', '4 Example Road', 'Lagos', 'LA', '101001', 'NG', 'Africa', '+234 1 000 '),
  site('Alexandria Corniche', '19 Example Street', 'Alexandria', 'ALX', '21500', 'EG', 'Africa', '+20 3 000 '),
  site('Hải Phòng Cảng', '8 Example Street', 'Hải Phòng', '', '180000', 'VN', 'Asia', '+84 225 000 '),
  site('Yokohama Minato', '2-1 Minato', 'Yokohama', '14', '220-0012', 'JP', 'Asia', '+81 45 000 '),
];

/** Departments, and the jobs in them. The first is led by whoever leads the company. */
export const SAMPLE_DEPARTMENTS: readonly (readonly [string, readonly string[]])[] = [
  ['Management', ['Executive Assistant', 'Programme Manager', 'Chief of Staff']],
  ['Engineering', ['Software Engineer', 'Senior Engineer', 'Staff Engineer', 'Test Engineer']],
  ['Operations', ['Terminal Planner', 'Crane Operator', 'Shift Supervisor', 'Berth Coordinator']],
  ['Sales', ['Account Manager', 'Sales Representative', 'Solutions Consultant']],
  ['Finance', ['Accountant', 'Controller', 'Payroll Specialist']],
  ['Human Resources', ['Recruiter', 'HR Partner', 'Training Coordinator']],
  ['Legal & Compliance', ['Counsel', 'Compliance Officer', 'Paralegal']],
  ['Information Technology', ['System Administrator', 'Network Engineer', 'Service Desk Analyst']],
  ['Information Security', ['Security Analyst', 'Identity Engineer']],
  ['Logistics', ['Dispatcher', 'Warehouse Clerk', 'Customs Agent']],
  ['Procurement', ['Buyer', 'Category Manager']],
  ['Marketing', ['Content Editor', 'Designer', 'Campaign Manager']],
  ['Customer Care', ['Support Agent', 'Support Engineer', 'Team Coach']],
  ['Research', ['Data Scientist', 'Hydrologist', 'Research Fellow']],
];

export const PROJECT_WORDS: readonly string[] = [
  'Albatross',
  'Bollard',
  'Capstan',
  'Driftwood',
  'Estuary',
  'Fjord',
  'Gangway',
  'Halyard',
  'Isthmus',
  'Jetty',
  'Keel',
  'Lagoon',
  'Mooring',
  'Nautilus',
  'Osprey',
  'Pontoon',
  'Quay',
  'Rigging',
  'Spinnaker',
  'Tideway',
];

function site(
  office: string,
  street: string,
  city: string,
  state: string,
  postalCode: string,
  country: string,
  region: string,
  dialling: string,
): SampleSite {
  return { office, street, city, state, postalCode, country, region, dialling };
}
