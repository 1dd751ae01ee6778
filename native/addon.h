#ifndef DESCRY_ADDON_H
#define DESCRY_ADDON_H
#define NAPI_VERSION 9
#include <node_api.h>

/** Descriptors of a process: listing.c */
napi_status register_listing(napi_env env, napi_value exports);
/** Socket tables, the feed of closings, namespaces: sockets.c */
napi_status register_sockets(napi_env env, napi_value exports);
/** What the kernel calls the protocol of a socket: sockname.c */
napi_status register_socket_names(napi_env env, napi_value exports);
/** The inode clock: clock.c */
napi_status register_clock(napi_env env, napi_value exports);
/** Texts of /proc/sys/net as a namespace has them: netsettings.c */
napi_status register_net_settings(napi_env env, napi_value exports);
/** A word to the service manager: notify.c */
napi_status register_notify(napi_env env, napi_value exports);
/** Capabilities that programs would inherit: rights.c */
napi_status register_rights(napi_env env, napi_value exports);

#endif
