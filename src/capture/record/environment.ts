const PROXIES = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"];

/** The environment that leads a command's programs to the gateway, which applies NO_PROXY itself: else uv would go past it. */
export function recordedEnvironment(
  env: Readonly<Record<string, string>>,
  { gateway, certificates }: { readonly gateway: string; readonly certificates: string },
): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => !/^no_proxy$/iu.test(name));
  return { ...Object.fromEntries(kept), ...Object.fromEntries(PROXIES.map((name) => [name, gateway])), SSL_CERT_FILE: certificates };
}
