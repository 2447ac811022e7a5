"""A certificate authority of the town and a server certificate that phones accept.

Phones give their position, run a service worker and offer WebCrypto only over TLS, and an
intranet has no public name to certify.  The authority may sign nothing but the names and
addresses given when it was made (name constraints), so a lost key endangers only this service.
"""

from __future__ import annotations

import ipaddress
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from grid_boundaries.errors import InvalidInput

CA_FILE, CA_KEY_FILE = "town-ca.crt", "town-ca.key"
CERT_FILE, KEY_FILE = "server.crt", "server.key"
CA_DAYS = 3650
_HOST_NAME = re.compile(r"^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9-]{1,63})*$")


def make_certificates(folder: Path, *, hosts: list[str], town: str, days: int) -> bool:
    """Write the server's certificate and key, and the authority's on the first call.

    Returns True when the authority was made.  Keys have mode 0600.  A later call keeps the
    authority, so phones need nothing new; raises InvalidInput for a host that is no name or
    address, or that the existing authority may not sign.
    """
    names = [parse_host(host) for host in hosts]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = not (folder / CA_FILE).exists() or not (folder / CA_KEY_FILE).exists()
    if made:
        ca, ca_key = _make_authority(names, town)
        _write_private(folder / CA_KEY_FILE, _key_bytes(ca_key))
        (folder / CA_FILE).write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    else:
        ca, ca_key = _read_authority(folder)
        _require_allowed(ca, names)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _sign_server(ca, ca_key, key, names, days)
    _write_private(folder / KEY_FILE, _key_bytes(key))
    (folder / CERT_FILE).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return made


def parse_host(host: str) -> x509.GeneralName:
    """A DNS name or an IP address as a certificate holds it; raises InvalidInput."""
    text = host.strip().lower()
    try:
        return x509.IPAddress(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        pass
    looks_numeric = re.fullmatch(r"[0-9.]+", text) is not None
    if looks_numeric or not _HOST_NAME.match(text):
        raise InvalidInput("tls.not_a_host", host=host[:100])
    return x509.DNSName(text)


def _make_authority(
    names: list[x509.GeneralName], town: str
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, town[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{town[:40]} wangge CA"),
        ]
    )
    builder = _builder(subject, subject, key.public_key(), CA_DAYS)
    allowed = _name_constraints(names)
    usage = _usage(signs_certificates=True)
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(allowed, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def _name_constraints(names: list[x509.GeneralName]) -> x509.NameConstraints:
    """Nothing but ``names``; a kind of name without an entry would be unlimited (RFC 5280)."""
    permitted = [_constraint(name) for name in names]
    versions = {name.value.version for name in names if isinstance(name, x509.IPAddress)}
    if not any(isinstance(name, x509.DNSName) for name in names):
        permitted.append(x509.DNSName("none.invalid"))
    excluded = [
        x509.IPAddress(ipaddress.ip_network(everything))
        for version, everything in ((4, "0.0.0.0/0"), (6, "::/0"))
        if version not in versions
    ]
    return x509.NameConstraints(permitted, excluded or None)


def _constraint(name: x509.GeneralName) -> x509.GeneralName:
    if isinstance(name, x509.IPAddress) and not isinstance(
        name.value, ipaddress.IPv4Network | ipaddress.IPv6Network
    ):
        return x509.IPAddress(ipaddress.ip_network(name.value))
    return name


def _sign_server(
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePrivateKey,
    names: list[x509.GeneralName],
    days: int,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "wangge")])
    builder = _builder(subject, ca.subject, key.public_key(), days)
    return (
        builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # Phones whose clock is a little slow must not refuse a new certificate.
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _read_authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate = x509.load_pem_x509_certificate((folder / CA_FILE).read_bytes())
    key = serialization.load_pem_private_key((folder / CA_KEY_FILE).read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise InvalidInput("tls.unknown_authority_key", file=str(folder / CA_KEY_FILE))
    return certificate, key


def _require_allowed(ca: x509.Certificate, names: list[x509.GeneralName]) -> None:
    permitted = ca.extensions.get_extension_for_class(x509.NameConstraints).value
    allowed = permitted.permitted_subtrees or []
    for name in names:
        if _constraint(name) not in allowed:
            raise InvalidInput("tls.host_beyond_authority", host=str(name.value))


def _key_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write_private(path: Path, content: bytes) -> None:
    """Write with mode 0600 from the first byte on."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
