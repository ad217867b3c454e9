"""Serves a folder of music by Supysonic, for a test.

    supysonic_server.py MUSIC STATE USER PASSWORD [tokens]

Prints the port and serves until its input ends. Supysonic 0.7 takes passwords alone, for it keeps them hashed; with
`tokens` a layer in front of it checks the token that a client sends and hands the password on, and changes nothing else.
"""

import hashlib
import os
import sys
import threading
from urllib.parse import parse_qs, urlencode

music, state, name, password = sys.argv[1:5]
tokens = sys.argv[5:] == ["tokens"]

from supysonic.config import DefaultConfig

database = "sqlite:///" + os.path.join(state, "supysonic.db")
DefaultConfig.BASE = {**DefaultConfig.BASE, "database_uri": database}
DefaultConfig.WEBAPP = {**DefaultConfig.WEBAPP, "cache_dir": state, "mount_webui": False}

from supysonic.db import close_connection, init_database, release_database
from supysonic.managers.folder import FolderManager
from supysonic.managers.user import UserManager
from supysonic.scanner import Scanner
from supysonic.web import create_application
from werkzeug.serving import WSGIRequestHandler, make_server

init_database(database)
UserManager.add(name, password)
FolderManager.add("music", music)
scanner = Scanner()
scanner.queue_folder("music")
scanner.run()
close_connection()
release_database()
app = create_application(DefaultConfig())


def with_tokens(environ, start_response):
    query = parse_qs(environ["QUERY_STRING"], keep_blank_values=True)
    salt, token = query.pop("s", [""])[0], query.pop("t", [""])[0]
    right = hashlib.md5((password + salt).encode()).hexdigest() == token
    query["p"] = [password if right else "wrong"]
    environ["QUERY_STRING"] = urlencode(query, doseq=True)
    return app(environ, start_response)


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


server = make_server("127.0.0.1", 0, with_tokens if tokens else app, threaded=True, request_handler=Quiet)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
