"""gunicorn as in the incident: one worker, many threads, keep-alive clients, a limit of 4096 descriptors."""

import ctypes
import os
import resource
import signal

wsgi_app = "app:app"
bind = os.environ["LAB_HTTP"]
workers = 1
worker_class = "gthread"
threads = 64
worker_connections = 2000
keepalive = 120
timeout = 60
graceful_timeout = 5
accesslog = os.environ["LAB_ACCESS_LOG"]


def post_fork(server, worker):
    limit = int(os.environ["LAB_LIMIT"])
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG: a killed master leaves no worker behind
