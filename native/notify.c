/* The word to the service manager, sd_notify(3): Node has no sockets of datagrams in the unix domain. */
#define _GNU_SOURCE
#include "task.h"
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/** Sends the text to the socket with this name, "@" first for one in the abstract namespace, unix(7). 0, or an errno. Never waits. */
static int send_datagram(const char *name, const char *text) {
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  const size_t length = strlen(name);
  const bool abstract = name[0] == '@';
  if (length < 2 || (!abstract && name[0] != '/')) return EINVAL;
  // The name of an abstract one is as long as it is; that of a file ends with a NUL.
  if (length > sizeof address.sun_path - (abstract ? 0 : 1)) return ENAMETOOLONG;
  memcpy(address.sun_path, name, length);
  if (abstract) address.sun_path[0] = 0;
  const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return errno;
  const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (abstract ? 0 : 1));
  ssize_t sent;
  do sent = sendto(descriptor, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&address, size);
  while (sent < 0 && errno == EINTR);
  const int error = sent < 0 ? errno : 0;
  close(descriptor);
  return error;
}

static napi_value send_notification(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2], result;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok) return NULL;
  char *name = count == 2 ? copied_string(env, arguments[0]) : NULL;
  char *text = count == 2 ? copied_string(env, arguments[1]) : NULL;
  const int error = name == NULL || text == NULL ? EINVAL : send_datagram(name, text);
  free(name);
  free(text);
  return napi_create_int32(env, error, &result) == napi_ok ? result : NULL;
}

napi_status register_notify(napi_env env, napi_value exports) {
  napi_value function;
  const napi_status status = napi_create_function(env, "sendNotification", NAPI_AUTO_LENGTH, send_notification, NULL, &function);
  return status == napi_ok ? napi_set_named_property(env, exports, "sendNotification", function) : status;
}
