/* What Linux offers and Node cannot call. One file for each room; every function that may take long works off the main thread. */
#include "addon.h"

NAPI_MODULE_INIT() {
  if (register_listing(env, exports) != napi_ok) return NULL;
  if (register_sockets(env, exports) != napi_ok) return NULL;
  if (register_socket_names(env, exports) != napi_ok) return NULL;
  if (register_clock(env, exports) != napi_ok) return NULL;
  if (register_net_settings(env, exports) != napi_ok) return NULL;
  if (register_notify(env, exports) != napi_ok) return NULL;
  if (register_rights(env, exports) != napi_ok) return NULL;
  return exports;
}
