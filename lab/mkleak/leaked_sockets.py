"""Leaks of sockets other than TCP, one function a kind."""

import os
import socket

from .stage import LOOPBACK


def udp(stage):
    """UDP sockets connected to one loopback port, nothing ever sent"""
    stage.address = f"{LOOPBACK}:9"

    def open_one():
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagrams.connect((LOOPBACK, 9))
        stage.keep(datagrams)

    return stage.each(open_one)


def unix(stage):
    """unix socket pairs: two descriptors an opening"""
    return stage.each(lambda: stage.keep(*socket.socketpair()))


def unix_connected(stage):
    """connections to a unix listener with a path, in another process"""
    path = os.path.join(stage.folder(), "listener")
    stage.serve(f"unix:{path}")
    stage.address = path

    def open_one():
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(path)
        stage.keep(connection)

    return stage.each(open_one)


def netlink(stage):
    """netlink sockets (route), bound and silent"""

    def open_one():
        route = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        route.bind((0, 0))
        stage.keep(route)

    return stage.each(open_one)


def udp_unbound(stage):
    """UDP sockets never bound and never connected: in no table of the kernel"""
    return stage.each(lambda: stage.keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)))


def packet(stage):
    """packet sockets (AF_PACKET) bound to no protocol, so that none receives anything"""
    stage.must_be_allowed("a packet socket", _packet, "run it as root, or with CAP_NET_RAW")
    return stage.each(lambda: stage.keep(_packet()))


def _packet():
    return socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)


def raw(stage):
    """raw IPv4 sockets (SOCK_RAW, ICMP), as a ping that forgets its socket"""
    stage.must_be_allowed("a raw socket", _raw, "run it as root, or with CAP_NET_RAW")
    return stage.each(lambda: stage.keep(_raw()))


def _raw():
    return socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)


def vsock(stage):
    """vsock stream sockets, not connected"""
    stage.must_be_allowed("a vsock socket", _vsock, "load the kernel module vsock")
    return stage.each(lambda: stage.keep(_vsock()))


def _vsock():
    return socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)
