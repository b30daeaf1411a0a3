# SPDX-License-Identifier: Apache-2.0
"""Rights on land, from a first application to recovery: the steps, what asks for them, what they write."""
