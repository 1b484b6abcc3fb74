"""Timestamps by RFC 3161, asked for with a time limit and checked before they are used."""

import aiohttp
from asn1crypto import cms
from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper

from digidoc.i18n import N_
from digidoc.sign.errors import TimestampFailed


class CheckedTimeStamper(HTTPTimeStamper):
    """Asks a time-stamp authority over HTTP; whatever goes wrong is a `TimestampFailed`.

    pyHanko compares the nonce; here the imprint is compared too (RFC 3161, 2.4.2).

    Args:
        url: of the authority.
        seconds: how long its answer may take. Government authorities have been seen to take two minutes.

    """

    def __init__(self, url: str, seconds: float) -> None:
        super().__init__(url, timeout=seconds)

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """The token for a digest.

        Raises:
            TimestampFailed: no answer in time, a refusal, or an answer to another question.

        """
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            imprint = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
            stamped = (imprint["hashed_message"].native, imprint["hash_algorithm"]["algorithm"].native)
        except (OSError, aiohttp.ClientError) as error:
            raise TimestampFailed(url=self.url, reason=_why(error)) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            # asn1crypto and pyHanko stumble over an answer that is no timestamp response, or has another nonce.
            raise TimestampFailed(url=self.url, reason=N_("its answer is no valid timestamp")) from error
        if stamped != (message_digest, md_algorithm):
            raise TimestampFailed(url=self.url, reason=N_("its answer is about other data"))
        return token


def _why(error: BaseException) -> str:
    """The innermost reason in few words: pyHanko's outer sentence only says that contacting failed."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error) or type(error).__name__
