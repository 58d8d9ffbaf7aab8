"""Checks a SCIM endpoint with scim2-tester and prints each result as one line of JSON.

check_server.py BASE_URL, with the bearer token in the environment variable SCIM_TOKEN: an argument can be
read by every process of the machine.
"""

import json
import os
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import check_server

REQUEST_SECONDS_MAX = 30


def main() -> int:
    if len(sys.argv) != 2 or not os.environ.get("SCIM_TOKEN"):
        print("usage: SCIM_TOKEN=… check_server.py BASE_URL", file=sys.stderr)
        return 2
    headers = {"Authorization": f"Bearer {os.environ['SCIM_TOKEN']}"}
    with Client(base_url=sys.argv[1], headers=headers, timeout=REQUEST_SECONDS_MAX) as client:
        for result in check_server(SyncSCIMClient(client)):
            line = {
                "status": result.status.name,
                "title": result.title,
                "resourceType": result.resource_type,
                "reason": result.reason,
                "data": None if result.data is None else repr(result.data)[:2000],
            }
            print(json.dumps(line))
    return 0


if __name__ == "__main__":
    sys.exit(main())
