"""port-burner.py RATE ADDRESS...

Opens RATE connections a second to a server of its own at each address, closes each first after 0.1 s, and prints a line
{"address", "failed": errno's name, "at": Unix seconds, "opened"} when connect() first fails there. Ends with its input.
"""
import errno
import json
import os
import socket
import sys
import threading
import time

PORT = 9000
HELD_SECONDS = 0.1


def serve(address, ready):
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, PORT))
        listener.listen(1000)
        os.write(ready, b".")
        while True:
            threading.Thread(target=until_closed, args=(listener.accept()[0],), daemon=True).start()


def until_closed(connection):
    connection.recv(1)
    connection.close()


def burn(address, rate):
    began = time.time()
    held = []
    opened = 0
    failed = False
    while True:
        while held and held[0][0] <= time.time():
            held.pop(0)[1].close()
        connection = socket.socket()
        try:
            connection.connect((address, PORT))
            held.append((time.time() + HELD_SECONDS, connection))
        except OSError as error:
            connection.close()
            if not failed:
                report = {"address": address, "failed": errno.errorcode[error.errno], "at": time.time()}
                print(json.dumps({**report, "opened": opened}), flush=True)
            failed = True
        opened += 1
        time.sleep(max(0, began + opened / rate - time.time()))


def main(rate, addresses):
    heard, ready = os.pipe()
    parent = os.getpid()
    server = os.fork()
    if server == 0:
        for address in addresses:
            threading.Thread(target=serve, args=(address, ready), daemon=True).start()
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(0)
    for _ in addresses:
        os.read(heard, 1)
    for address in addresses:
        threading.Thread(target=burn, args=(address, rate), daemon=True).start()
    sys.stdin.read()
    os.kill(server, 9)
    os._exit(0)


main(float(sys.argv[1]), sys.argv[2:])
