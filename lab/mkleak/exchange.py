"""One exchange on a connection, as a client has it with a server of the manner `answer`."""


def query(connection):
    connection.sendall(b"select 1\n")
    connection.recv(64)
